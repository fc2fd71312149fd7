/**
 * What an answer depends on besides the sources below the folder that was searched: the state in which it
 * found each path, see `stateOf`.
 */
export type Dependencies = ReadonlyMap<string, PathState>;

/** `''`: nothing is there. `folder`: a folder. `*`: a file, whatever it holds. Else the stamp of a file. */
export type PathState = string;

/** Where an analysis tells what its answer depends on; not called when it can't tell. */
export type NoteDependencies = (dependencies: Dependencies) => void;

/** In: what `stat` says of a file. Out: a text that differs whenever the content may differ. */
export function stampOf({ ctimeMs, size, ino }: { ctimeMs: number; size: number; ino: number }): string {
    // The change time and not the modification time: npm sets the latter to the same date in every package.
    return `${ctimeMs}:${size}:${ino}`;
}
