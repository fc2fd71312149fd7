import type { SoundSchema } from '../sound-schema.ts';

export const contentCases: SoundSchema[] = [];
