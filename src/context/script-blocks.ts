/** Files whose scripts stand in blocks of markup. */
const COMPONENTS = /\.(?:vue|svelte)$/;

/** Whether a file's scripts stand in `<script>` blocks. */
export function isComponent(path: string): boolean {
    return COMPONENTS.test(path);
}

const SCRIPT_PATH = /(\.(?:vue|svelte))\.script\.[jt]sx?$/;

/** The path under which a component's scripts are analysed. In: the component's path and whole text. */
export function scriptPath(path: string, text: string): string {
    return `${path}.script.${findScripts(text).language}`;
}

/** The component behind such a path; any other path as it is. */
export function realPathOf(path: string): string {
    return path.replace(SCRIPT_PATH, '$1');
}

interface Tag {
    name: string;
    attributes: Map<string, string>;
    isClosing: boolean;
    isSelfClosing: boolean;
    start: number;
    end: number;
}

const NAME = /[A-Za-z][\w:.-]*/y;
const ATTRIBUTE = /\s*([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|\{([^}]*)\}|([^\s"'=<>`]+)))?/y;
/** Elements whose content is text up to their own end tag. */
const RAW = new Set(['script', 'style']);

/** The tag at an offset that holds `<`; undefined when it is none. */
function readTag(text: string, start: number): Tag | undefined {
    const isClosing = text[start + 1] === '/';
    NAME.lastIndex = start + (isClosing ? 2 : 1);
    const name = NAME.exec(text)?.[0];
    if (name === undefined) return undefined;
    const attributes = new Map<string, string>();
    let position = NAME.lastIndex;
    while (position < text.length) {
        ATTRIBUTE.lastIndex = position;
        const found = ATTRIBUTE.exec(text);
        if (found) {
            attributes.set(found[1] ?? '', found[2] ?? found[3] ?? found[4] ?? found[5] ?? '');
            position = ATTRIBUTE.lastIndex;
        } else if (text[position] === '>') {
            const isSelfClosing = text[position - 1] === '/';
            return { name: name.toLowerCase(), attributes, isClosing, isSelfClosing, start, end: position + 1 };
        } else {
            position++;
        }
    }
    return undefined;
}

/** Stretches of a component's text that are scripts, and the language that the first one is written in. */
export interface ScriptBlocks {
    blocks: { start: number; end: number }[];
    language: 'ts' | 'tsx' | 'js' | 'jsx';
}

const LANGUAGES = new Map<string, ScriptBlocks['language']>([
    ['ts', 'ts'],
    ['typescript', 'ts'],
    ['tsx', 'tsx'],
    ['jsx', 'jsx'],
]);

/**
 * Finds the scripts of a Vue or Svelte component: `<script>` elements at the top level, outside of
 * comments and templates. In: the whole text. Out: offsets in UTF-16 code units.
 */
export function findScripts(text: string): ScriptBlocks {
    const result: ScriptBlocks = { blocks: [], language: 'js' };
    let template = 0;
    for (let position = text.indexOf('<'); position >= 0; position = text.indexOf('<', position)) {
        if (text.startsWith('<!--', position)) {
            const end = text.indexOf('-->', position + 4);
            position = end < 0 ? text.length : end + 3;
            continue;
        }
        const tag = readTag(text, position);
        position = tag?.end ?? position + 1;
        if (!tag || tag.isSelfClosing) continue;
        if (tag.name === 'template') template += tag.isClosing ? -1 : 1;
        if (tag.isClosing || !RAW.has(tag.name)) continue;
        const rest = text.slice(position).search(new RegExp(`</${tag.name}\\s*>`, 'i'));
        const end = rest < 0 ? text.length : position + rest;
        if (tag.name === 'script' && template <= 0 && !tag.attributes.has('src')) {
            if (result.blocks.length === 0) {
                result.language = LANGUAGES.get(tag.attributes.get('lang')?.toLowerCase() ?? '') ?? 'js';
            }
            result.blocks.push({ start: position, end });
        }
        position = end;
    }
    return result;
}

/**
 * A component as a script: everything outside of its scripts replaced by blanks, so that offsets and
 * lines stay those of the file.
 */
export function scriptText(text: string): string {
    const blank = (part: string): string => part.replace(/[^\r\n]/g, ' ');
    let result = '';
    let position = 0;
    for (const { start, end } of findScripts(text).blocks) {
        // Without a semicolon, the last statement of one block would run into the next block.
        const before = blank(text.slice(position, start));
        result += result === '' ? before : before.replace(' ', ';');
        result += text.slice(start, end);
        position = end;
    }
    return result + blank(text.slice(position));
}
