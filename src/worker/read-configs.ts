/** Everything that needs Better Auth itself: a bundle of its own. */
export { answerPlugins } from '../better-auth/builtin-plugins.ts';
export { readAuthConfigs } from '../better-auth/read.ts';
