// Makes pages nicer; every page works without it.
"use strict";

// Errors come first: the summary takes the focus, so that it is read aloud and seen.
document.querySelector("[data-error-summary]")?.focus();

// A form goes off once. The second click is dropped; the server would answer it as a conflict.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "yes";
});

// A page taken back from the browser's memory may send its forms again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// What is under way is looked at again by itself; without this its link does.
for (const link of document.querySelectorAll("a[data-again]")) {
  setTimeout(() => location.assign(link.href), 1000 * Number(link.dataset.again));
}

// The replay's slider goes where it is let go; without this its button does. Keys move it on: it goes once they rest,
// and the next page gives it the focus back (its address ends with its id).
for (const slider of document.querySelectorAll("input[data-jump]")) {
  const shown = slider.value;
  let rest;
  const go = () => slider.value !== shown && slider.form.requestSubmit();
  let keyed = false;
  slider.addEventListener("keydown", () => (keyed = true));
  slider.addEventListener("pointerdown", () => (keyed = false));
  slider.addEventListener("change", () => {
    clearTimeout(rest);
    if (keyed) rest = setTimeout(go, 500);
    else go();
  });
}

// Links with a key follow it, as long as the focus is nowhere else that would want the key: no field, no scrolling region.
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  const at = document.activeElement;
  const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
  if (!link || (at && at !== document.body && !at.dataset.key)) return;
  event.preventDefault();
  link.click();
});
