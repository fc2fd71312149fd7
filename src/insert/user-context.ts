import path from 'node:path';
import type { AuthConfig } from '../model/auth-table.ts';
import { tokensOf } from './tokens.ts';

/** A source file that is to be created. */
export interface NewSource {
    /** Absolute path, beside the configuration. */
    file: string;
    content: string;
}

/** The writing habits of a TypeScript or JavaScript file, as far as they matter for a file beside it. */
interface SourceStyle {
    eol: string;
    indent: string;
    quote: '"' | "'";
    semicolon: ';' | '';
    /** What its relative imports end with: `.ts`, `.js`, or nothing. */
    importExtension: string;
}

/** Absolute path of the helper's file: `user-context` beside the configuration, in its language. */
export function userContextFile({ location }: AuthConfig): string {
    return path.join(path.dirname(location.file), `user-context${sourceExtension(location.file)}`);
}

/**
 * Writes the module that derives what the rules read as `auth()` from a request's session and its active
 * organization, in TypeScript, or in JavaScript with types in comments where the configuration is that.
 * In: the configuration and the content of its file, whose habits are followed. Out: the file to create.
 */
export function writeUserContext(config: AuthConfig, source: string): NewSource {
    const style = readSourceStyle(source, config.location.file);
    const lines = render(config, style);
    const text = lines
        .map((line) => {
            const [indent = ''] = /^(?: {4})*/.exec(line) ?? [];
            const body = line.slice(indent.length);
            const before = style.indent.repeat(indent.length / 4);
            // Apostrophes in comments stay.
            if (/^(\/\/|\/?\*| \*)/.test(body)) return before + body;
            const ended = body.endsWith(';') ? body.slice(0, -1) + style.semicolon : body;
            return before + ended.replaceAll("'", style.quote);
        })
        .join(style.eol);
    return { file: userContextFile(config), content: text + style.eol };
}

function sourceExtension(file: string): string {
    const extension = path.extname(file);
    return extension.endsWith('x') ? extension.slice(0, -1) : extension;
}

function render(config: AuthConfig, style: SourceStyle): string[] {
    const typed = sourceExtension(config.location.file).endsWith('ts');
    const has = (plugin: string): boolean => config.plugins.some(({ name }) => name === plugin);
    const organization = has('organization');
    const ranking = config.organizationRoles ?? [];
    // A name that no literal holds as it is would need escapes in the file's own kind of quotes.
    const areKnown = ranking.length > 0 && ranking.every((role) => /^[\w .:-]+$/.test(role));
    const parts: Parts = {
        typed,
        organization,
        admin: has('admin'),
        numbers: config.id.kind === 'serial',
        roles: areKnown && !config.organizationRolesOpen ? ranking : undefined,
        ranking: areKnown ? ranking : [],
    };
    return [
        ...imports(config, style, organization),
        '',
        ...contextType(parts),
        '',
        ...getUserContext(config, parts),
        ...(organization ? ['', ...getActiveMember(config, parts), '', ...strongestRole(parts)] : []),
    ];
}

interface Parts {
    typed: boolean;
    organization: boolean;
    admin: boolean;
    /** Ids are numbers in the database, and texts in Better Auth's answers. */
    numbers: boolean;
    /** All organization roles that there are; undefined when more may come at run time. */
    roles: readonly string[] | undefined;
    /** Known organization roles, the strongest first. */
    ranking: readonly string[];
}

function imports(config: AuthConfig, style: SourceStyle, organization: boolean): string[] {
    const module = `./${path.basename(config.location.file).replace(/\.[^.]+$/, '')}${style.importExtension}`;
    const { exportName = 'auth', isFactory } = config;
    const isDefault = exportName === 'default';
    const name = isDefault ? (isFactory ? 'createAuth' : 'auth') : exportName;
    const types = isFactory ? 'type ' : '';
    const isTyped = sourceExtension(config.location.file).endsWith('ts');
    return [
        ...(organization ? ["import { isAPIError } from 'better-auth/api';"] : []),
        ...(isFactory && !isTyped ? [] : [`import ${types}${isDefault ? name : `{ ${name} }`} from '${module}';`]),
    ];
}

function contextType({ typed, organization, admin, numbers, roles }: Parts): string[] {
    const id = numbers ? 'number' : 'string';
    const role = roles ? 'OrganizationRole' : 'string';
    const union = roles?.map((each) => literal(each)).join(' | ');
    const members: [name: string, type: string, meaning: string][] = [
        ['userId', id, 'The signed-in user.'],
        ...(organization
            ? ([
                  [
                      'organizationId',
                      `${id} | null`,
                      'The active organization; null when none is, or the user is no member of it any more.',
                  ],
                  ['organizationRole', `${role} | null`, "The user's role in it, the strongest of several."],
              ] as [string, string, string][])
            : []),
        ...(admin
            ? ([['role', 'string | null', "The user's role in the application."]] as [string, string, string][])
            : []),
    ];
    if (!typed) {
        return [
            ...(union === undefined || !organization ? [] : [`/** @typedef {${union}} OrganizationRole */`, '']),
            '/**',
            ' * What the rules of the schema read as `auth()`.',
            ' * @typedef {object} UserContext',
            ...members.map(([name, type, meaning]) => ` * @property {${type}} ${name} ${meaning}`),
            ' */',
        ];
    }
    return [
        ...(union === undefined || !organization
            ? []
            : ['/** Roles of the organization plugin. */', `export type OrganizationRole = ${union};`, '']),
        '/** What the rules of the schema read as `auth()`. A type, since `$setAuth` refuses interfaces. */',
        'export type UserContext = {',
        ...members.flatMap(([name, type, meaning]) => [`    /** ${meaning} */`, `    ${name}: ${type};`]),
        '};',
    ];
}

function getUserContext(config: AuthConfig, { typed, organization, admin, numbers }: Parts): string[] {
    const { isFactory = false } = config;
    const parameters = `${isFactory ? `auth${typed ? ': Auth' : ''}, ` : ''}headers${typed ? ': Headers' : ''}`;
    const name = instanceName(config);
    const id = (text: string): string => (numbers ? `Number(${text})` : text);
    const given = isFactory ? `${name}, headers` : 'headers';
    return [
        ...(isFactory && typed ? [`type Auth = Awaited<ReturnType<typeof ${factoryName(config)}>>;`, ''] : []),
        '/**',
        " * Derives the context from a request's session" + (organization ? ' and the active organization.' : '.'),
        " * In: the request's headers. Out: the context; undefined without a session: an anonymous request.",
        ...(typed ? [] : [...parameterTypes(config), ' * @returns {Promise<UserContext | undefined>}']),
        ' */',
        `export async function getUserContext(${parameters})${typed ? ': Promise<UserContext | undefined>' : ''} {`,
        `    const current = await ${name}.api.getSession({ headers });`,
        '    if (!current) {',
        '        return undefined;',
        '    }',
        ...(organization
            ? [`    const member = current.session.activeOrganizationId ? await getActiveMember(${given}) : null;`]
            : []),
        '    return {',
        `        userId: ${id('current.user.id')},`,
        ...(organization
            ? [
                  `        organizationId: ${numbers ? 'member ? Number(member.organizationId) : null' : 'member?.organizationId ?? null'},`,
                  '        organizationRole: member ? strongestRole(member.role) : null,',
              ]
            : []),
        ...(admin ? ['        role: current.user.role ?? null,'] : []),
        '    };',
        '}',
    ];
}

function getActiveMember(config: AuthConfig, { typed }: Parts): string[] {
    const { isFactory = false } = config;
    const parameters = `${isFactory ? `auth${typed ? ': Auth' : ''}, ` : ''}headers${typed ? ': Headers' : ''}`;
    const meaning =
        "The user's membership of the active organization; null when it was ended, or the organization deleted, meanwhile.";
    return [
        ...(typed ? [`/** ${meaning} */`] : ['/**', ` * ${meaning}`, ...parameterTypes(config), ' */']),
        `async function getActiveMember(${parameters}) {`,
        '    try {',
        "        // Not getFullOrganization: its list of members ends at the plugin's membershipLimit.",
        `        return await ${instanceName(config)}.api.getActiveMember({ headers });`,
        '    } catch (error) {',
        "        if (isAPIError(error) && (error.status === 'BAD_REQUEST' || error.status === 'FORBIDDEN')) {",
        '            return null;',
        '        }',
        '        throw error;',
        '    }',
        '}',
    ];
}

function strongestRole({ typed, roles, ranking }: Parts): string[] {
    const known = `[${ranking.map(literal).join(', ')}]`;
    const signature = typed ? `(held: string): ${roles ? 'OrganizationRole' : 'string'} | null` : '(held)';
    const meaning = 'Better Auth keeps several roles of one member as `admin,member`; rules compare with one.';
    const head = [
        ...(typed ? [`/** ${meaning} */`] : ['/**', ` * ${meaning}`, ' * @param {string} held', ' */']),
        `function strongestRole${signature} {`,
        "    const names = held.split(',').map((name) => name.trim());",
    ];
    if (ranking.length === 0) return [...head, "    return names.find((name) => name !== '') ?? null;", '}'];
    const type = roles ? 'OrganizationRole' : 'string';
    const other = roles ? 'null' : "names.find((name) => name !== '') ?? null";
    return [
        '/** The strongest first. */',
        ...(typed ? [] : [`/** @type {readonly ${type}[]} */`]),
        `const ROLES${typed ? `: readonly ${type}[]` : ''} = ${known};`,
        '',
        ...head,
        `    return ROLES.find((role) => names.includes(role)) ?? ${other};`,
        '}',
    ];
}

function literal(text: string): string {
    return `'${text}'`;
}

/** Types of the parameters of a function that takes headers, for JavaScript. */
function parameterTypes(config: AuthConfig): string[] {
    const module = path.basename(config.location.file);
    const made = `import('./${module}').${config.exportName ?? 'createAuth'}`;
    return [
        ...(config.isFactory ? [` * @param {Awaited<ReturnType<typeof ${made}>>} auth`] : []),
        ' * @param {Headers} headers',
    ];
}

/** What the instance is called in the helper. */
function instanceName({ exportName = 'auth', isFactory }: AuthConfig): string {
    return isFactory || exportName === 'default' ? 'auth' : exportName;
}

function factoryName({ exportName = 'createAuth' }: AuthConfig): string {
    return exportName === 'default' ? 'createAuth' : exportName;
}

/** Reads a source file's habits from its tokens; what it doesn't show is as most write it. */
function readSourceStyle(content: string, file: string): SourceStyle {
    const crlf = content.split('\r\n').length - 1;
    const lines = content.split('\n').length - 1;
    const strings = new Map<string, number>();
    const extensions = new Map<string, number>();
    let semicolons = 0;
    let previous = '';
    for (const token of tokensOf(content)) {
        if (token.kind === 'string') {
            const quote = token.text.charAt(0);
            strings.set(quote, (strings.get(quote) ?? 0) + 1);
            const specifier = token.text.slice(1, -1);
            if (previous === 'from' && specifier.startsWith('.')) {
                const [extension = ''] = /\.[cm]?[jt]sx?$/.exec(specifier) ?? [];
                extensions.set(extension, (extensions.get(extension) ?? 0) + 1);
            }
        }
        if (token.text === ';') semicolons += 1;
        if (token.kind !== 'space' && token.kind !== 'comment') previous = token.text;
    }
    const common = [...extensions].sort((a, b) => b[1] - a[1])[0]?.[0];
    const own = sourceExtension(file);
    // Plain JavaScript runs as it is written, and there a module is named with its extension.
    const fallback = own.endsWith('js') ? own : '';
    return {
        eol: crlf * 2 > lines ? '\r\n' : '\n',
        indent: /\n(\t+|(?: {2}){1,2})\S/.exec(content)?.[1] ?? '    ',
        quote: (strings.get('"') ?? 0) > (strings.get("'") ?? 0) ? '"' : "'",
        semicolon: semicolons === 0 && lines > 1 ? '' : ';',
        importExtension: common === undefined || common === '' ? (common ?? fallback) : importedAs(common, file),
    };
}

/** How the configuration's own file is named where the extensions of others are written in this manner. */
function importedAs(common: string, file: string): string {
    const own = path.extname(file);
    return common.endsWith('js') && own.includes('ts') ? own.replace('ts', 'js').replace('x', '') : own;
}
