// Keeps the draft of a form in this browser: what the server knows, and what is being typed right now.
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

// What is given from the first word on is no draft by itself.
const keep = () => {
  const told = { ...now.values, ...now.typed };
  write(now.name, Object.keys(told).length ? { ...now.first, ...told } : told);
};

// The other drafts of the same form, by the field that names them.
const others = (form, own, titled) => {
  const found = [];
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(form) || name === own) continue;
      try {
        found.push({ id: name.slice(form.length), title: String(JSON.parse(read(name))[titled] || "") });
      } catch { /* What cannot be read is no draft. */ }
    }
  } catch { /* A browser that keeps nothing has no others. */ }
  return found;
};

// A reload must find the draft again; the way back must not lead here twice.
const named = (address, id) => {
  const here = new URL(location.href);
  if (!address || here.searchParams.get(address) === id) return;
  here.searchParams.set(address, id);
  history.replaceState(history.state, "", here);
};

// A lost connection cannot lose words: each sign is kept before the server hears of it.
document.addEventListener("input", (event) => {
  const typed = event.target;
  if (!now || !typed.matches?.("textarea, input[type='text']:not([role='combobox'])")) return;
  const classes = typed.closest(`[class*='st-key-${now.form}-']`)?.className.split(/\s+/) || [];
  const key = classes.find((name) => name.startsWith(`st-key-${now.form}-`));
  if (!key) return;
  now.typed[key.slice(`st-key-${now.form}-`.length)] = typed.value;
  keep();
});

export default function ({ data, setTriggerValue }) {
  const form = `praksis.${data.form}.`;
  const name = form + data.id;
  named(data.address, data.id);
  if (!ready.has(name) && !data.asked) {
    const kept = read(name);
    if (kept) {
      setTriggerValue("found", kept);
      return;
    }
  }
  if (!ready.has(name) && data.titled) {
    const found = others(form, name, data.titled);
    if (found.length) setTriggerValue("others", JSON.stringify(found));
  }
  ready.add(name);
  document.body.dataset.draft = name; // From here on nothing that is typed can be lost.
  const same = now && now.name === name && now.begun === data.begun;
  const typed = same ? now.typed : {};
  now = { form: data.form, name, begun: data.begun, first: data.first, values: data.values, typed };
  for (const field of Object.keys(now.typed)) {
    if (now.typed[field] === (data.values[field] || "")) delete now.typed[field];
  }
  keep();
}
