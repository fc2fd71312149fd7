import path from 'node:path';
import envPaths from 'env-paths';

/**
 * Where compiled code of the worker is kept, absolute: in the user's cache folder. Beside what else is kept, in the
 * workspace, a repository could bring code along that would be run.
 */
export function codeFolder(): string {
    return path.join(envPaths('zmodel-auth', { suffix: '' }).cache, 'code');
}
