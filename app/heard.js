/* What Streamlit's own pieces leave unsaid to those who hear a page or work by keyboard. It is loaded once a visit, and
   looks over the page whenever something in it has changed. `words` are of app/heard.py. */
(() => {
  if (window.ringvirkHeard) return window.ringvirkHeard(words);
  const was = new WeakMap(), marked = new Set();
  let at = null, around = [], place = "", waiting = 0;

  /* A word of Streamlit's in the page's language; what it was is kept, since the language may change back. */
  const inWords = text => {
    const [before, after] = words.begins.find(([one]) => text.startsWith(one)) ?? [];
    return words.whole[text] ?? (before ? after + text.slice(before.length) : text);
  };
  const translate = (holder, text, put) => {
    const held = was.get(holder), own = held && held.shown === text ? held.own : text, shown = inWords(own);
    if (shown !== text) put(shown);
    if (shown !== own || held) was.set(holder, { own, shown });
  };
  const say = () => {
    for (const one of document.querySelectorAll("[aria-label]")) {
      if (!one.closest("[data-testid=stHtml], [role=option]"))
        translate(one, one.getAttribute("aria-label"), text => one.setAttribute("aria-label", text));
    }
    const plain = "[data-testid=stSkipToContent], [data-testid=stFileUploaderDropzone], [data-testid=stTooltipContent]";
    for (const one of document.querySelectorAll(plain)) {
      const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) translate(walker.currentNode, walker.currentNode.data, text => (walker.currentNode.data = text));
    }
  };

  /* The menu's entry that one is at, and the place where it is told what was done. */
  const point = () => {
    for (const one of document.querySelectorAll("[data-testid=stTopNavLink]")) {
      if (new URL(one.href).pathname === location.pathname) one.setAttribute("aria-current", "page");
      else one.removeAttribute("aria-current");
    }
    document.querySelector(".st-key-told")?.setAttribute("aria-live", "polite");
  };

  /* A sentence on what is wrong belongs to the field that it stands under. */
  const tie = () => {
    const now = new Set();
    document.querySelectorAll(".rv-fault").forEach((fault, number) => {
      let box = fault.closest("[data-testid=stElementContainer]")?.previousElementSibling;
      for (let steps = 0; box && steps < 3 && !box.querySelector("input, textarea"); steps++) box = box.previousElementSibling;
      const field = box?.querySelector("input:not([type=file]), textarea");
      if (!field) return;
      fault.id ||= `rv-fault-${number}-${Math.random().toString(36).slice(2, 8)}`;
      if (field.getAttribute("aria-describedby") !== fault.id) field.setAttribute("aria-describedby", fault.id);
      if (field.getAttribute("aria-invalid") !== "true") field.setAttribute("aria-invalid", "true");
      now.add(field);
    });
    for (const field of marked) {
      if (now.has(field)) continue;
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
      marked.delete(field);
    }
    now.forEach(one => marked.add(one));
  };

  /* Where what had the focus is gone, the focus goes to what stands in its place: the same piece drawn anew, else the
     nearest that is left around it; on another page, to its heading. */
  const keyed = one => [...one.classList].find(name => name.startsWith("st-key-"));
  const remember = event => {
    at = event.target;
    place = location.pathname;
    around = [];
    for (let one = at; one && one !== document.body; one = one.parentElement) around.push([one, keyed(one)]);
  };
  const focusable = "a[href], button:not(:disabled), input:not(:disabled), textarea, summary, [tabindex='0']";
  const keep = () => {
    if (!at || at.isConnected || (document.activeElement && document.activeElement !== document.body)) return;
    if (document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-script-state") !== "notRunning") return look();
    const heading = document.querySelector("[data-testid=stMain] h1");
    let found = location.pathname === place ? null : heading;
    for (const [one, key] of found ? [] : around) {
      const there = one.isConnected ? one : key && document.querySelector(`.${CSS.escape(key)}`);
      if (there) { found = there.matches(focusable) ? there : key && there.querySelector(focusable) || there; break; }
    }
    found ??= heading;
    at = null;
    if (!found) return;
    if (!found.matches(focusable)) found.setAttribute("tabindex", "-1");
    found.focus({ preventScroll: true });
  };

  /* A box that a button opens stands last in the document: the focus goes into it, round in it, and back to the button. */
  let opener = null, box = null;
  const enter = () => {
    const now = [...document.querySelectorAll("[data-testid=stPopoverBody]")].find(one => one.checkVisibility()) ?? null;
    if (now === box) return;
    box = now;
    const active = document.activeElement;
    if (!now) {
      if (opener?.isConnected && (!active || active === document.body || !active.checkVisibility())) opener.focus();
    } else if (active?.getAttribute("aria-expanded") === "true") {
      opener = active;
      now.querySelector(focusable)?.focus({ preventScroll: true });
    }
  };
  const round = event => {
    if (event.key !== "Tab" || !box?.contains(document.activeElement)) return;
    const all = [...box.querySelectorAll(focusable)].filter(one => one.checkVisibility());
    if (document.activeElement !== (event.shiftKey ? all[0] : all.at(-1))) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0]).focus();
  };

  const look = () => { clearTimeout(waiting); waiting = setTimeout(() => { say(); point(); tie(); enter(); keep(); }, 120); };
  window.ringvirkHeard = next => { words = next; look(); };
  document.addEventListener("focusin", remember);
  document.addEventListener("keydown", round, true);
  new MutationObserver(look).observe(document.body, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label", "data-test-script-state"],
  });
  look();
})();
