/** Picks a choice: the number of the tabstop and its options in, one of the options out. */
export type Pick = (tabstop: number, options: readonly string[]) => string;

type Part =
    | { kind: 'text'; text: string }
    | { kind: 'tabstop'; index: number }
    | { kind: 'placeholder'; index: number; parts: Part[] }
    | { kind: 'choice'; index: number; options: string[] };

/**
 * Expands a VS Code snippet as an editor does when every default is accepted.
 * In: the body, and how to choose among options (the first one by default). Out: the text; a tab is an indentation.
 * Throws on syntax that isn't a tabstop, placeholder, choice or escape, such as variables and transforms.
 */
export function expandSnippet(body: string, pick: Pick = (_, [first = '']) => first): string {
    const parts = parseSnippet(body);
    const values = new Map<number, string>();
    collect(parts, values, pick);
    return render(parts, values);
}

/** The choices of a snippet, by tabstop. */
export function choicesOf(body: string): Map<number, string[]> {
    const found = new Map<number, string[]>();
    const visit = (parts: readonly Part[]): void => {
        for (const part of parts) {
            if (part.kind === 'choice') {
                found.set(part.index, part.options);
            } else if (part.kind === 'placeholder') {
                visit(part.parts);
            }
        }
    };
    visit(parseSnippet(body));
    return found;
}

/** The numbers of all tabstops of a snippet, each once, ascending. */
export function tabstopsOf(body: string): number[] {
    const found = new Set<number>();
    const visit = (parts: readonly Part[]): void => {
        for (const part of parts) {
            if (part.kind !== 'text') {
                found.add(part.index);
            }
            if (part.kind === 'placeholder') {
                visit(part.parts);
            }
        }
    };
    visit(parseSnippet(body));
    return [...found].sort((a, b) => a - b);
}

/** As in an editor, a tabstop has the value of its first placeholder or choice wherever that stands, else none. */
function collect(parts: readonly Part[], values: Map<number, string>, pick: Pick): void {
    for (const part of parts) {
        if (part.kind === 'choice' && !values.has(part.index)) {
            values.set(part.index, pick(part.index, part.options));
        } else if (part.kind === 'placeholder') {
            collect(part.parts, values, pick);
            if (!values.has(part.index)) {
                values.set(part.index, render(part.parts, values));
            }
        }
    }
}

function render(parts: readonly Part[], values: ReadonlyMap<number, string>): string {
    return parts.map((part) => (part.kind === 'text' ? part.text : (values.get(part.index) ?? ''))).join('');
}

/** Parses the whole body. Throws with the offset of what it can't read. */
function parseSnippet(body: string): Part[] {
    let offset = 0;

    function parts(closing: '' | '}'): Part[] {
        const result: Part[] = [];
        let text = '';
        const flush = (): void => {
            if (text !== '') {
                result.push({ kind: 'text', text });
                text = '';
            }
        };
        while (offset < body.length && body[offset] !== closing) {
            const char = body.charAt(offset);
            if (char === '\\' && /[$}\\]/.test(body.charAt(offset + 1))) {
                text += body.charAt(offset + 1);
                offset += 2;
            } else if (char === '$') {
                flush();
                result.push(dollar());
            } else {
                text += char;
                offset += 1;
            }
        }
        flush();
        return result;
    }

    function dollar(): Part {
        const start = offset;
        const found = /^\$(?:(\d+)|\{(\d+)([:|}]))/.exec(body.slice(offset));
        if (!found) {
            throw new Error(`No tabstop at offset ${start} of: ${body}`);
        }
        offset += found[0].length;
        const index = Number(found[1] ?? found[2]);
        if (found[3] === undefined || found[3] === '}') {
            return { kind: 'tabstop', index };
        }
        const part: Part =
            found[3] === '|'
                ? { kind: 'choice', index, options: options() }
                : { kind: 'placeholder', index, parts: parts('}') };
        if (body[offset] !== '}') {
            throw new Error(`The tabstop at offset ${start} never ends: ${body}`);
        }
        offset += 1;
        return part;
    }

    function options(): string[] {
        const result: string[] = [];
        let option = '';
        while (offset < body.length && body[offset] !== '|') {
            const char = body.charAt(offset);
            if (char === '\\' && /[,|\\]/.test(body.charAt(offset + 1))) {
                option += body.charAt(offset + 1);
                offset += 2;
                continue;
            }
            if (char === ',') {
                result.push(option);
                option = '';
            } else {
                option += char;
            }
            offset += 1;
        }
        offset += 1;
        return [...result, option];
    }

    return parts('');
}
