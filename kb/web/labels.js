// Streamlit names its own buttons in English. This gives them the app's words as they appear;
// NAMES is filled in from texts/ by shell.py.
((names) => {
  const ours = ".stHtml, .stMarkdown, [data-testid='stHeading']";
  const word = (text) => {
    if (names[text]) return names[text];
    const space = text.indexOf(" ");
    const verb = names[text.slice(0, space) + " …"];
    return space > 0 && verb ? verb.replace("…", text.slice(space + 1)) : "";
  };
  const rename = (element) => {
    const said = element.getAttribute("aria-label") || "";
    // A label keeps the signs that hold its Markdown back; they are not to be read aloud.
    const label = word(said) || said.replace(/\\([^\w\s])/g, "$1");
    // The same word again would wake the observer for ever.
    if (label && label !== said) element.setAttribute("aria-label", label);
    if (element.closest(ours)) return;
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE) continue;
      const text = names[node.nodeValue.trim()];
      if (text) node.nodeValue = text;
    }
  };
  const renameAll = (element) => {
    rename(element);
    element.querySelectorAll("*").forEach(rename);
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") rename(change.target);
      change.addedNodes.forEach((node) => node.nodeType === Node.ELEMENT_NODE && renameAll(node));
    }
  }).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["aria-label"] });
})(NAMES);
