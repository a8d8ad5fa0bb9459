// The BPMN editor: Camunda 8's modeler with properties, FEEL, templates of our operations, minimap and token simulation.
import Modeler from "camunda-bpmn-js/lib/camunda-cloud/Modeler";
import simulation from "bpmn-js-token-simulation";
import "camunda-bpmn-js/dist/assets/camunda-cloud-modeler.css";
import "bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css";
import danish, { DESIGNERS, speakDanish } from "./danish.js";
import { listFindings, start } from "./saving.js";

start(async (root, desk) => {
  const modeler = new Modeler({
    container: root.querySelector("[data-canvas]"),
    propertiesPanel: { parent: root.querySelector("[data-properties]") },
    additionalModules: [danish, simulation],
    keyboard: { bind: true },
  });
  speakDanish(root, "[data-properties]", DESIGNERS);
  const templates = await desk.json(desk.said.templates);
  modeler.get("elementTemplatesLoader").setTemplates(templates);
  await modeler.importXML(await desk.load());
  modeler.get("canvas").zoom("fit-viewport", "auto");
  desk.from(async () => (await modeler.saveXML({ format: true })).xml);
  modeler.on("commandStack.changed", desk.changed);

  const draw = listFindings((id) => select(modeler, id));
  const show = (findings) => {
    draw(findings);
    paint(modeler, findings);
  };
  desk.onFindings(show);
  show(JSON.parse(root.dataset.findings));
  if (root.dataset.select) select(modeler, root.dataset.select);
  for (const [name, act] of [["undo", "undo"], ["redo", "redo"]]) {
    document.querySelector(`[data-studio-${name}]`)?.addEventListener("click", () => modeler.get("commandStack")[act]());
  }
  window.studio = { modeler };
  root.dataset.ready = "yes";
});

function select(modeler, id) {
  const element = modeler.get("elementRegistry").get(id);
  if (!element) return;
  modeler.get("selection").select(element);
  modeler.get("canvas").scrollToElement(element, 80);
}

const LAYER = "findings";

function paint(modeler, findings) {
  const overlays = modeler.get("overlays");
  const registry = modeler.get("elementRegistry");
  overlays.remove({ type: LAYER });
  const worst = new Map();
  for (const { element, severity, message } of findings) {
    if (!element || !registry.get(element)) continue;
    const found = worst.get(element) || { severity, texts: [] };
    if (severity === "error") found.severity = severity;
    found.texts.push(message);
    worst.set(element, found);
  }
  for (const [id, { severity, texts }] of worst) {
    const badge = document.createElement("div");
    badge.className = `badge badge--${severity}`;
    badge.textContent = severity === "info" ? "i" : "!";
    badge.title = texts.join("\n");
    overlays.add(id, LAYER, { position: { top: -9, left: -9 }, html: badge });
  }
}
