/** The language that we contribute, and the one that ZenStack's extension for version 2 contributes for the same files. */
export const LANGUAGE_IDS = ['zmodel-v3', 'zmodel'] as const;

/** ZenStack's own extension for version 3, which answers the base language features when it is active. */
export const OFFICIAL_EXTENSION = 'zenstack.zenstack-v3';

/** In: a language id. Out: whether documents of it are ours to look at. */
export function isZModelLanguage(languageId: string): boolean {
    return LANGUAGE_IDS.some((id) => id === languageId);
}

/**
 * Whether our server answers the base language features (completion of keywords, hover, rename, …).
 * In: the setting, and whether the official extension is installed and enabled.
 */
export function wantsBaseFeatures(setting: 'auto' | 'always' | 'never', officialActive: boolean): boolean {
    switch (setting) {
        case 'always':
            return true;
        case 'never':
            return false;
        case 'auto':
            return !officialActive;
    }
}
