// Shows the BPMN model of each figure[data-diagram], with the done and current elements marked. The same stands in
// words beside it, so a failure only leaves a sentence.
"use strict";

async function show(figure) {
  const canvas = figure.querySelector(".diagram__canvas");
  const answer = await fetch(figure.dataset.diagram, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status} ${figure.dataset.diagram}`);
  const host = document.createElement("div");
  host.style.height = "100%";
  canvas.append(host);
  const viewer = new window.BpmnJS({ container: host });
  await viewer.importXML(await answer.text());
  mark(viewer, JSON.parse(figure.dataset.marks || "{}"));
  viewer.get("zoomScroll").toggle(false); // the wheel scrolls the page
  viewer.get("canvas").zoom("fit-viewport", "auto");
  canvas.after(buttons(figure, viewer));
}

function mark(viewer, marks) {
  const registry = viewer.get("elementRegistry");
  for (const [marker, ids] of Object.entries(marks)) {
    for (const id of ids) {
      if (registry.get(id)) viewer.get("canvas").addMarker(id, marker);
    }
  }
}

function buttons(figure, viewer) {
  const line = document.createElement("p");
  line.className = "line above-s noprint";
  const add = (text, action) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-secondary button--s";
    button.textContent = text;
    button.addEventListener("click", action);
    line.append(button);
  };
  add(figure.dataset.larger, () => viewer.get("zoomScroll").stepZoom(1));
  add(figure.dataset.smaller, () => viewer.get("zoomScroll").stepZoom(-1));
  add(figure.dataset.whole, () => viewer.get("canvas").zoom("fit-viewport", "auto"));
  return line;
}

for (const figure of document.querySelectorAll("figure[data-diagram]")) {
  show(figure).catch((error) => {
    console.warn("diagram", error);
    figure.querySelector(".diagram__canvas").textContent = figure.dataset.failed;
  });
}
