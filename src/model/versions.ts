/**
 * Numbers for what was read of a schema: what has the same number is the same but for its place, also when it was
 * read of another state of the file. A copy with changes has none.
 */
const versions = new WeakMap<object, number>();
let last = 0;

/** A number that nothing has yet. */
export function nextVersion(): number {
    last += 1;
    return last;
}

/** Numbers for texts. Beyond so many, all get new ones. */
const numbers = new Map<string, number>();
const MOST_NUMBERS = 20_000;

/** The number for what a text says everything about. */
export function versionFor(text: string): number {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    if (numbers.size > MOST_NUMBERS) numbers.clear();
    const number = nextVersion();
    numbers.set(text, number);
    return number;
}

/** Says that something is what has that number. */
export function setVersion(of: object, version: number): void {
    versions.set(of, version);
}

/** The number of something; undefined when it isn't known to be the same as anything else. */
export function versionOf(of: object): number | undefined {
    return versions.get(of);
}
