// The form editor: form-js, whose files the server draws.
import { FormEditor } from "@bpmn-io/form-js";
import "@bpmn-io/form-js/dist/assets/form-js.css";
import "@bpmn-io/form-js/dist/assets/form-js-editor.css";
import "@bpmn-io/form-js/dist/assets/properties-panel.css";
import { DESIGNERS, speakDanish } from "./danish.js";
import { listFindings, start } from "./saving.js";

start(async (root, desk) => {
  const editor = new FormEditor({ container: root.querySelector("[data-canvas]") });
  // The words of the palette and the panel are the editor's; the name of a field and what is typed are the designer's.
  speakDanish(
    root,
    ".fjs-palette-container, .fjs-properties-container, .fjs-empty-editor, .fjs-context-pad",
    DESIGNERS,
  );
  await editor.importSchema(JSON.parse(await desk.load()));
  desk.from(async () => `${JSON.stringify(editor.saveSchema(), null, 2)}\n`);
  editor.on("commandStack.changed", desk.changed);
  const draw = listFindings((id) => {
    const field = editor.get("formFieldRegistry").get(id);
    if (field) editor.get("selection").set(field);
  });
  desk.onFindings(draw);
  draw(JSON.parse(root.dataset.findings));
  window.studio = { editor };
  root.dataset.ready = "yes";
});
