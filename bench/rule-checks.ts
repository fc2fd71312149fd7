import path from 'node:path';
import { runChecks } from '../src/checks/index.ts';
import { parseSource } from '../src/zmodel/parse.ts';
import { buildSchemaView } from '../src/zmodel/view.ts';
import { median } from './schemas.ts';

/** Milliseconds in a process that has just started and has seen no other schema than two of a few models. */
export interface RuleTimes {
    models: number;
    rules: number;
    parse: number;
    /** From the tree to the plain view, as far as it isn't made on demand. */
    view: number;
    /** All checks on the whole schema, for the first time, with reading its rules; and how much of it their thread had a processor. */
    first: number;
    firstBusy: number;
    /** The view, and all checks with reading the rules, after edits of one model each; parsing isn't counted. */
    viewAgain: number;
    edit: number;
    /** What was found: none, since the rules are right. */
    findings: number;
}

const entry = path.resolve(import.meta.dirname, 'schema.zmodel');

/** Measures all checks on a schema of so many models, each with four rules: the first run, and those after edits. */
export function measureRuleChecks(models: number): RuleTimes {
    // A server has parsed something before its first schema; the rest is as cold as it is for the user.
    check(parse('model Warm { id String @id }'));
    const text = ruleSchema(models);
    const start = performance.now();
    const parsed = parse(text);
    const afterParse = performance.now();
    const view = buildSchemaView(entry, [parsed]);
    const afterView = performance.now();
    const beforeFirst = process.threadCpuUsage();
    const findings = run(view);
    const afterFirst = performance.now();
    const cpu = process.threadCpuUsage(beforeFirst);
    const edits: { view: number; checks: number }[] = [];
    let edited = text;
    const rounds = Math.min(EDITS, models);
    for (let round = 0; round < rounds; round += 1) {
        edited = edit(edited, Math.floor((round * models) / rounds), round);
        const again = parse(edited);
        const begin = performance.now();
        const next = buildSchemaView(entry, [again]);
        const viewed = performance.now();
        run(next);
        edits.push({ view: viewed - begin, checks: performance.now() - viewed });
    }
    return {
        models,
        rules: text.split('@@allow').length + text.split('@@deny').length - 2,
        parse: afterParse - start,
        view: afterView - afterParse,
        first: afterFirst - afterView,
        firstBusy: (cpu.user + cpu.system) / 1000,
        viewAgain: median(edits.map((each) => each.view)),
        edit: median(edits.map(({ checks }) => checks)),
        findings,
    };
}

/** So many, each of another model, that they are those of somebody at work: the first of a process take longer. */
const EDITS = 40;

/**
 * Another schema: of one model a column is added, a text of a rule, or what a rule asks for changed, in turn. Everything below moves.
 * In: the schema, the number of the model, of the edit. Throws when nothing changes.
 */
function edit(text: string, model: number, round: number): string {
    const start = text.indexOf(`model Doc${model} {`);
    const end = text.indexOf('\n}', start);
    const before = text.slice(start, end);
    const after =
        round % 3 === 0
            ? before.replace('title String', `title String\n    more${round} String?`)
            : round % 3 === 1
              ? before.replace(/'(state-\d+|editor|owner)'/, "'$1-then'")
              : before.replace("@@allow('read', ", "@@allow('read', auth() != null && ");
    if (after === before) throw new Error(`Nothing to edit in Doc${model}.`);
    return text.slice(0, start) + after + text.slice(end);
}

type Parsed = ReturnType<typeof parse>;

function parse(content: string) {
    return { ...parseSource(content), file: entry, imports: [] };
}

function check(parsed: Parsed): void {
    run(buildSchemaView(entry, [parsed]));
}

function run(view: ReturnType<typeof buildSchemaView>): number {
    return runChecks({ view, configs: [], isMainSchema: true, display: String }).length;
}

/** Models of a tenant with four rules each, in eight styles that take turns, every one of them right. */
function ruleSchema(models: number): string {
    const names = Array.from({ length: models }, (_, index) => `Doc${index}`);
    const lists = (suffix: string): string =>
        names.map((name) => `    ${name.toLowerCase()}${suffix} ${name}[]`).join('\n');
    return `datasource db {
    provider = 'sqlite'
    url = 'file:./bench.db'
}

plugin policy {
    provider = '@zenstackhq/plugin-policy'
}

type Auth {
    userId String @id
    organizationId String?
    organizationRole String?
    @@auth
}

model User {
    id String @id
    memberships Member[]
${lists('s')}

    @@allow('read', auth() != null)
}

model Organization {
    id String @id
    members Member[]
${lists('s')}

    @@allow('read', members?[userId == auth().userId])
}

model Member {
    id String @id
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    userId String
    user User @relation(fields: [userId], references: [id])
    role String

    @@allow('read', organization.members?[userId == auth().userId])
}

${names.map((name, index) => model(name, index, names)).join('\n')}`;
}

function model(name: string, index: number, names: readonly string[]): string {
    const parent = names[index - 1];
    const child = names[index + 1];
    const up = parent
        ? `    parentId String @deny('update', true)\n    parent ${parent} @relation(fields: [parentId], references: [id])\n`
        : '';
    const down = child ? `    children ${child}[]\n` : '';
    return `model ${name} {
    id String @id @default(cuid())
    title String
    state String
    published Boolean @default(false)
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    ownerId String @deny('update', true)
    owner User @relation(fields: [ownerId], references: [id])
${up}${down}
${styleOf(index, parent !== undefined)
    .map((rule) => `    ${rule}`)
    .join('\n')}
}
`;
}

function styleOf(index: number, hasParent: boolean): string[] {
    const tenant =
        "@@deny('all,post-update', auth().organizationId == null || auth().organizationId != organizationId)";
    const styles: string[][] = [
        [
            tenant,
            "@@allow('read', published || organization.members?[userId == auth().userId])",
            "@@allow('create,update,delete', auth().userId == ownerId)",
            `@@allow('read', auth().organizationRole in ['owner', 'admin'] && state == 'state-${index}')`,
        ],
        [
            "@@allow('read', organization.members?[userId == auth().userId])",
            "@@allow('create,update', organization.members?[userId == auth().userId && role == 'editor'])",
            "@@allow('delete', organization.members?[userId == auth().userId && role == 'owner'])",
            "@@deny('post-update', organizationId != before().organizationId)",
        ],
        [
            "@@deny('all', auth() == null)",
            "@@deny('all,post-update', auth().organizationId != organizationId)",
            "@@allow('all', auth().userId == ownerId)",
            `@@allow('read', state != 'state-${index}')`,
        ],
        [
            tenant,
            hasParent ? "@@allow('read', check(parent, 'read'))" : "@@allow('read', published)",
            "@@allow('create,read', auth().userId == ownerId)",
            `@@allow('update,delete', auth().userId == ownerId && state != 'state-${index}')`,
        ],
    ];
    return styles[index % styles.length] ?? [];
}
