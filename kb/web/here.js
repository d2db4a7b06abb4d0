// Links that change the page where the reader stands, and buttons that copy its address or print it.
(() => {
  // What was pressed is drawn anew: focus follows it, so that the keyboard keeps its place.
  const follow = (id) => {
    const old = document.getElementById(id);
    const watch = new MutationObserver(() => {
      const now = document.getElementById(id);
      if (!now || now === old) return;
      watch.disconnect();
      now.focus({ preventScroll: true });
    });
    watch.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => watch.disconnect(), 10000);
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("a[data-here], button[data-copied], button[data-print]");
    if (!pressed || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (pressed.hasAttribute("data-here")) {
      event.preventDefault();
      if (pressed.id) follow(pressed.id);
      history.pushState({}, "", pressed.href);
      // Streamlit runs the script for an address that Back leads to; this is the same the other way.
      dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    } else if (pressed.hasAttribute("data-print")) {
      print();
    } else {
      navigator.clipboard.writeText(location.href).then(() => {
        pressed.nextElementSibling.textContent = pressed.dataset.copied;
      });
    }
  }, true);
})();
