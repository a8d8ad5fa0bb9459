// Watches a run of the studio: the progress bar moves, and the page is fetched again when the run is over.
"use strict";

const watched = document.querySelector("[data-progress]");
if (watched) {
  const bar = watched.querySelector("progress");
  const words = watched.querySelector("[data-words]");
  const look = async () => {
    const answer = await fetch(watched.dataset.progress, { credentials: "same-origin" });
    if (!answer.ok) return;
    const { done, total, status } = await answer.json();
    if (status !== "running") {
      window.location.reload();
      return;
    }
    bar.max = Math.max(total, 1);
    bar.value = done;
    words.textContent = `${done} / ${total}`;
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}
