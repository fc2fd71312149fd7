import { Console } from 'node:console';

const OLDEST_NODE = [22, 12] as const;

/** What is wrong with a version of Node for us, as a message; undefined when it will do. */
function refuseNode(version: string): string | undefined {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const [oldestMajor, oldestMinor] = OLDEST_NODE;
    if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
    return `zmodel-auth needs Node ${oldestMajor}.${oldestMinor} or newer; this is ${version}. See https://nodejs.org.\n`;
}

async function main(): Promise<void> {
    const refusal = refuseNode(process.versions.node);
    if (refusal !== undefined) {
        process.stderr.write(refusal);
        process.exitCode = 2;
        return;
    }
    // Libraries write to the console; only what was asked for may go to the standard output.
    globalThis.console = new Console(process.stderr, process.stderr);
    // Loaded late: the parser behind it needs a Node that the check above has made sure of.
    const { run } = await import('./program.ts');
    process.exitCode = await run(process.argv.slice(2));
}

void main();
