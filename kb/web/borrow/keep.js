// Keeps the draft of a loan in this browser: what the server knows, and what is being typed right now.
const ready = new Set();
let now = null; // The draft on the page: its name, what the server knows, and what it has not heard yet.

const read = (name) => {
  try { return localStorage.getItem(name); } catch { return null; }
};
const write = (name, values) => {
  try {
    if (Object.keys(values).length) localStorage.setItem(name, JSON.stringify(values));
    else localStorage.removeItem(name);
  } catch { /* A browser that keeps nothing still lets one finish and download. */ }
};

// A lost connection cannot lose words: each sign is kept before the server hears of it.
document.addEventListener("input", (event) => {
  const typed = event.target;
  if (!now || !typed.matches?.("textarea, input[type='text']:not([role='combobox'])")) return;
  const field = /(?:^|\s)st-key-lan-([\w-]+)/.exec(typed.closest("[class*='st-key-lan-']")?.className || "");
  if (!field) return;
  now.typed[field[1]] = typed.value;
  write(now.name, { ...now.values, ...now.typed });
});

export default function ({ data, setTriggerValue }) {
  const name = "praksis.lan." + data.id;
  if (!ready.has(name) && !data.asked) {
    const kept = read(name);
    if (kept) {
      setTriggerValue("found", kept);
      return;
    }
  }
  ready.add(name);
  const same = now && now.name === name && now.begun === data.begun;
  now = { name, begun: data.begun, values: data.values, typed: same ? now.typed : {} };
  for (const field of Object.keys(now.typed)) {
    if (now.typed[field] === (data.values[field] || "")) delete now.typed[field];
  }
  write(name, { ...now.values, ...now.typed });
}
