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

// The replay's slider goes where it is let go; without this its button does.
for (const slider of document.querySelectorAll("input[data-jump]")) {
  slider.addEventListener("change", () => slider.form.requestSubmit());
}
