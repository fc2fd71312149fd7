import type { SoundSchema } from '../sound-schema.ts';

export const peopleCases: SoundSchema[] = [];
