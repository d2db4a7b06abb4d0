// The front page for the keyboard and for narrow screens: straight to the hits, and on to what "more" brought.
(() => {
  const titles = () => document.querySelectorAll(".card h2 a");
  const testid = (name) => document.querySelector(`[data-testid='${name}']`);

  // Do something as soon as what it needs is drawn.
  const once = (find, then) => {
    const found = find();
    if (found) return then(found);
    const watch = new MutationObserver(() => {
      const drawn = find();
      if (!drawn) return;
      watch.disconnect();
      then(drawn);
    });
    watch.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => watch.disconnect(), 10000);
  };

  // The status says how many there are; from there the next stop is the first hit.
  const toHits = () => {
    const status = document.querySelector(".st-key-announce");
    if (!status) return;
    status.tabIndex = -1;
    status.focus({ preventScroll: true });
    status.scrollIntoView();
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-to-hits], .st-key-more button, [data-testid='stExpandSidebarButton']");
    if (!pressed) return;
    if (pressed.matches("[data-to-hits]")) {
      event.preventDefault();
      if (pressed.closest("[data-testid='stSidebar']")) {
        testid("stSidebarCollapseButton")?.querySelector("button").click();
        once(() => testid("stExpandSidebarButton"), toHits);
      } else {
        titles()[0]?.focus();
      }
    } else if (pressed.matches(".st-key-more button")) {
      const shown = titles().length;
      once(() => titles()[shown], (title) => title.focus({ preventScroll: true }));
    } else {
      once(() => testid("stSidebarCollapseButton")?.querySelector("button"), (button) => button.focus());
    }
  }, true);
})();
