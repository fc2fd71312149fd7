import fs from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { cacheDir, resultsDir, vsixFile } from '../../scripts/lib/paths.ts';
import { findBrowser, launchBrowser } from '../../scripts/vscode/browser.ts';
import { ensureVsCode, newest } from '../../scripts/vscode/install.ts';
import { installExtension, type RunningServer, startServer } from '../../scripts/vscode/server.ts';
import { calmSettings } from '../../scripts/vscode/settings.ts';
import { WorkbenchPage } from './workbench-page.ts';
import { copyWorkspace, removeWorkspace } from './workspace.ts';

export interface WorkbenchOptions {
    /** Folder that is copied and opened, relative to the repository; the sample without one. */
    readonly workspace?: string;
    /** Changes the copy before it is opened. */
    readonly prepare?: (folder: string) => void;
    /** Settings on top of the calm ones. */
    readonly settings?: Readonly<Record<string, unknown>>;
}

const say = (line: string): void => {
    console.log(`  ${line}`);
};

let count = 0;

/** A VS Code of its own, with the packaged extension and a copied workspace, in a headless browser. */
export class Workbench {
    readonly view: WorkbenchPage;
    readonly #server: RunningServer;
    readonly #browser: Browser;
    readonly #place: string;
    readonly #console: string[];

    private constructor(view: WorkbenchPage, server: RunningServer, browser: Browser, place: string, log: string[]) {
        this.view = view;
        this.#server = server;
        this.#browser = browser;
        this.#place = place;
        this.#console = log;
    }

    /** Starts it, and waits until the workbench has drawn its files. */
    static async start(options: WorkbenchOptions): Promise<Workbench> {
        const install = await ensureVsCode(newest, say);
        const found = await findBrowser(say);
        const place = path.join(cacheDir, 'runs', `e2e-${process.pid}-${++count}`);
        const places = { install, dataDir: path.join(place, 'data'), extensionsDir: path.join(place, 'extensions') };
        await installExtension(vsixFile, places);
        const folder = copyWorkspace(options.workspace ?? 'samples/multi-tenant');
        options.prepare?.(folder);
        const server = await startServer({ ...places, settings: { ...calmSettings, ...options.settings } });
        const browser = await launchBrowser(found);
        const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        const log: string[] = [];
        page.on('console', (message) => log.push(`[${message.type()}] ${message.text()}`));
        const workbench = new Workbench(new WorkbenchPage(page, folder), server, browser, place, log);
        try {
            await page.goto(server.url(folder));
            await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
        } catch (error) {
            await workbench.keepEvidence('start');
            await workbench.stop();
            throw error;
        }
        return workbench;
    }

    /** Keeps a screenshot and all logs below `test-results/e2e/`; for a test that failed. */
    async keepEvidence(name: string): Promise<void> {
        const target = path.join(resultsDir, 'e2e', name.replaceAll(/[^\w.-]+/g, '-'));
        fs.rmSync(target, { recursive: true, force: true });
        fs.mkdirSync(target, { recursive: true });
        await this.view.page.screenshot({ path: path.join(target, 'screen.png') });
        fs.writeFileSync(path.join(target, 'server.log'), this.#server.output());
        fs.writeFileSync(path.join(target, 'console.log'), this.#console.join('\n'));
        const logs = path.join(this.#place, 'data', 'data', 'logs');
        if (fs.existsSync(logs)) fs.cpSync(logs, path.join(target, 'logs'), { recursive: true });
        say(`screenshot and logs: ${path.relative(process.cwd(), target)}`);
    }

    /** Ends the browser and the server, and removes what they worked on. */
    async stop(): Promise<void> {
        await this.#browser.close();
        await this.#server.stop();
        removeWorkspace(this.view.folder);
        fs.rmSync(this.#place, { recursive: true, force: true });
    }
}

/**
 * Starts a workbench for the tests of the suite around it, and ends it after them; keeps a picture and the logs of a
 * test that fails.
 * In: what it is started with. Out: what gives its page, within the tests.
 */
export function useWorkbench(options: WorkbenchOptions): () => WorkbenchPage {
    let workbench: Workbench | undefined;
    before(async () => {
        workbench = await Workbench.start(options);
    });
    afterEach(async function () {
        if (this.currentTest?.state === 'failed') await workbench?.keepEvidence(this.currentTest.fullTitle());
    });
    after(() => workbench?.stop());
    return () => {
        if (!workbench) throw new Error('The workbench has not been started.');
        return workbench.view;
    };
}
