// Where the keyboard stands when the page changes under it; links that change the page where the reader
// stands, and buttons that copy its address or print it.
(() => {
  // Do something with an element as soon as it is drawn.
  const drawn = (find, then) => {
    const found = find();
    if (found) return then(found);
    const watch = new MutationObserver(() => {
      const now = find();
      if (!now) return;
      watch.disconnect();
      then(now);
    });
    watch.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => watch.disconnect(), 10000);
  };

  const focus = (element, options) => {
    // What cannot be reached with the keyboard can still be where it goes on from.
    if (element.tabIndex < 0) element.tabIndex = -1;
    element.focus(options);
  };

  const heading = () => document.querySelector("main h1");

  // What was pressed is drawn anew: focus follows it, or goes to what it names where it is gone.
  const follow = (pressed) => drawn(() => !pressed.isConnected, () => requestAnimationFrame(() => {
    const again = pressed.id && document.getElementById(pressed.id);
    const now = again || document.querySelector(pressed.dataset.here) || heading();
    if (now && document.activeElement === document.body) focus(now, { preventScroll: true });
  }));

  // The browser looks for the part that an address names before the page is drawn.
  const part = decodeURIComponent(location.hash.slice(1));
  if (part) drawn(() => document.getElementById(part), (element) => {
    element.scrollIntoView();
    focus(element, { preventScroll: true });
  });

  // What a screen reader hears after a button; the same words twice are heard twice.
  const say = (button, words) => {
    const status = button.nextElementSibling;
    status.textContent = "";
    setTimeout(() => { status.textContent = words; }, 50);
  };

  // Where the browser lets no page copy, as on an address without https: the link, selected, for the reader to copy.
  const byHand = (button, address) => {
    const status = button.nextElementSibling;
    const old = status.nextElementSibling;
    const field = old && old.matches("input.by-hand") ? old : document.createElement("input");
    Object.assign(field, { className: "by-hand", readOnly: true, value: address });
    field.setAttribute("aria-label", button.textContent);
    status.after(field);
    field.focus();
    field.select();
    say(button, document.execCommand("copy") ? button.dataset.copied : button.dataset.byHand || "");
  };

  const copy = (button) => {
    const address = new URL(button.dataset.address || location.href, document.baseURI).href;
    const copied = navigator.clipboard ? navigator.clipboard.writeText(address) : Promise.reject(new Error());
    copied.then(() => say(button, button.dataset.copied), () => byHand(button, address));
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest(
      "a[data-here], button[data-copied], button[data-print], [data-testid='stSkipToContent']",
    );
    if (!pressed || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (pressed.dataset.testid) {
      // Streamlit leads to its own frame, before the menu; what the reader wants is after it.
      if (!heading()) return;
      event.preventDefault();
      event.stopPropagation();
      focus(heading());
    } else if (pressed.hasAttribute("data-here")) {
      event.preventDefault();
      follow(pressed);
      history.pushState({}, "", pressed.href);
      // Streamlit runs the script for an address that Back leads to; this is the same the other way.
      dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    } else if (pressed.hasAttribute("data-print")) {
      print();
    } else {
      copy(pressed);
    }
  }, true);
})();
