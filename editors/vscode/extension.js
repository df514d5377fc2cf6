// Starts `servanda lsp` for the agreements that are open. All that is known of agreements is
// known there.

const { window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = async () => {
  const command = workspace.getConfiguration("servanda").get("path") || "servanda";
  client = new LanguageClient(
    "servanda",
    "Servanda",
    { command, args: ["lsp"] },
    {
      documentSelector: [{ language: "servanda-agreement" }],
      // Zones and mappings beside an agreement: when they change, it is checked again.
      synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.{geojson,toml}") },
    },
  );
  try {
    await client.start();
  } catch (error) {
    window.showErrorMessage(
      `Agreements are not checked: ${command} can't be started (${error.message}). ` +
        "Install servanda, or set servanda.path.",
    );
  }
};

exports.deactivate = () => (client?.isRunning() ? client.stop() : undefined);
