// Back, a reload and the link back to a search lead to where the reader was: Streamlit draws its pages
// after the browser has looked for the place, in a box of its own that the browser keeps no place in.
(() => {
  const RETURNING = "returning", PLACE = "place ";
  const BOX = "[data-testid='stMain']";
  // Each entry of the history has a key of its own; where the browser cannot tell it, the address must do.
  const entry = () => PLACE + (window.navigation?.currentEntry?.key ?? location.href);
  const store = (name, value) => {
    try { sessionStorage.setItem(name, value); } catch { /* A full or forbidden store: no place is kept. */ }
  };
  const links = () => [...document.querySelectorAll(`${BOX} a[href]`)];
  let pressed = null;

  const leave = () => {
    const box = document.querySelector(BOX);
    if (!box) return;
    const chosen = pressed?.isConnected ? pressed : document.activeElement.closest(`${BOX} a[href]`);
    // Without one, the first link in sight is what the place is told by: heights above it may change.
    const link = chosen ?? links().find((a) => a.getBoundingClientRect().top >= 0);
    const place = JSON.stringify({
      top: box.scrollTop,
      href: link?.getAttribute("href") ?? "",
      y: link?.getBoundingClientRect().top ?? 0,
      chosen: Boolean(chosen),
    });
    store(entry(), place);
    store(PLACE + location.href, place);
  };

  const kept = () => {
    const how = performance.getEntriesByType("navigation")[0]?.type;
    const asked = sessionStorage.getItem(RETURNING) === location.href;
    sessionStorage.removeItem(RETURNING);
    const name = how === "back_forward" || how === "reload" ? entry() : asked ? PLACE + location.href : "";
    return name ? JSON.parse(sessionStorage.getItem(name) ?? "null") : null;
  };

  const putBack = ({ top, href, y, chosen }) => {
    let placed = false, waiting = 0;
    const place = () => {
      waiting = 0;
      const box = document.querySelector(BOX);
      const link = href && links().find((a) => a.getAttribute("href") === href);
      if (!box || (href && !link)) return;
      if (link) {
        box.scrollTop += link.getBoundingClientRect().top - y;
        if (chosen && !placed) link.focus({ preventScroll: true });
      } else if (box.scrollHeight - box.clientHeight < top) {
        return;
      } else {
        box.scrollTop = top;
      }
      placed = true;
      // What is still drawn above would move it.
      if (document.querySelector("[data-test-script-state='notRunning']")) stop();
    };
    const watch = new MutationObserver(() => { waiting ||= requestAnimationFrame(place); });
    const stop = () => {
      watch.disconnect();
      ["wheel", "touchstart", "pointerdown", "keydown"].forEach((name) => removeEventListener(name, stop, true));
    };
    watch.observe(document.body, { childList: true, subtree: true, attributes: true });
    // A reader who has begun to move is left alone.
    ["wheel", "touchstart", "pointerdown", "keydown"].forEach((name) => addEventListener(name, stop, true));
    setTimeout(stop, 15000);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    pressed = link;
    if (link.closest(".back")) store(RETURNING, link.href);
  }, true);
  addEventListener("pagehide", leave);
  try {
    const place = kept();
    if (place && (place.top || place.chosen)) putBack(place);
  } catch { /* What was kept cannot be read: the page begins at its top. */ }
})();
