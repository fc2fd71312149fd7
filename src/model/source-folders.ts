/** Names of folders that hold what tools have installed or written: nobody's own source is in there. */
export const WRITTEN_FOLDERS: readonly string[] = [
    'node_modules',
    'bower_components',
    'dist',
    'build',
    'out',
    'coverage',
    'generated',
    '__generated__',
];
