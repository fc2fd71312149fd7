/** The part of pluralize that is used; the package brings no types. */
declare module 'pluralize' {
    interface Pluralize {
        plural(word: string): string;
        singular(word: string): string;
    }
    const pluralize: Pluralize;
    export default pluralize;
}
