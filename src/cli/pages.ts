import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CODES } from '../model/finding.ts';
import { SCHEMA_CODES } from './diagnostics.ts';

/** The pages of the codes: `res/codes` beside the bundle, or `docs/codes` when running from sources. */
function pagesFolder(): string {
    const here = path.dirname(fileURLToPath(import.meta.url));
    const bundled = path.join(here, 'res', 'codes');
    return fs.existsSync(bundled) ? bundled : path.resolve(here, '../../docs/codes');
}

/** Every code that can be explained. */
export function explainableCodes(): string[] {
    return [...Object.keys(CODES), ...Object.keys(SCHEMA_CODES)];
}

function isSchemaCode(code: string): code is keyof typeof SCHEMA_CODES {
    return Object.hasOwn(SCHEMA_CODES, code);
}

/**
 * The page of a code, as Markdown. Throws when the code has one and it can't be read: the installation
 * is broken then. Out: undefined for an unknown code.
 */
export function readPage(code: string): string | undefined {
    if (isSchemaCode(code)) return `# \`${code}\`\n\n${SCHEMA_CODES[code]}\n`;
    if (!Object.hasOwn(CODES, code)) return undefined;
    return fs.readFileSync(path.join(pagesFolder(), `${code}.md`), 'utf8');
}

/** The first paragraph of a page below its heading, as one line. */
export function summaryOf(page: string): string {
    const paragraphs = page.split(/\r?\n\s*\r?\n/).map((paragraph) => paragraph.trim());
    const first = paragraphs.find((paragraph) => paragraph !== '' && !paragraph.startsWith('#'));
    return (first ?? '').replace(/\s*\r?\n\s*/g, ' ');
}
