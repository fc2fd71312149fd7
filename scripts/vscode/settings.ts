import fs from 'node:fs';
import path from 'node:path';

/** Settings that make VS Code calm and repeatable: no welcome pages, no network, no animation, nothing by AI. */
export const calmSettings: Readonly<Record<string, unknown>> = {
    'workbench.startupEditor': 'none',
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'workbench.tips.enabled': false,
    'workbench.enableExperiments': false,
    'workbench.reduceMotion': 'on',
    'chat.disableAIFeatures': true,
    'security.workspace.trust.enabled': false,
    'telemetry.telemetryLevel': 'off',
    'git.enabled': false,
    'extensions.ignoreRecommendations': true,
    'extensions.autoUpdate': false,
    'extensions.autoCheckUpdates': false,
    'update.mode': 'none',
    'window.commandCenter': false,
    'files.autoSave': 'off',
    'editor.wordBasedSuggestions': 'off',
    'editor.snippetSuggestions': 'top',
    'editor.cursorBlinking': 'solid',
    'editor.minimap.enabled': false,
    'typescript.disableAutomaticTypeAcquisition': true,
    'typescript.surveys.enabled': false,
    'npm.fetchOnlinePackageInfo': false,
    'json.schemaDownload.enable': false,
};

/** Settings of the demo: calm, but with what a user of the extension would have. */
export const demoSettings: Readonly<Record<string, unknown>> = {
    ...calmSettings,
    'workbench.reduceMotion': 'auto',
    'editor.cursorBlinking': 'blink',
};

/**
 * Writes the settings of a server into its data folder.
 * @param dataDir what `--server-data-dir` will name
 */
export function writeSettings(dataDir: string, settings: Readonly<Record<string, unknown>>): void {
    for (const level of ['Machine', 'User']) {
        const folder = path.join(dataDir, 'data', level);
        fs.mkdirSync(folder, { recursive: true });
        fs.writeFileSync(path.join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
    }
}
