/**
 * The native types that upstream's validator accepts for a provider (`datasourceProviderSupportedNativeTypes` in its
 * attribute-application-validator.ts). It is in no declaration, and upstream doesn't export it.
 */
const NATIVE_TYPES: Readonly<Record<string, ReadonlySet<string>>> = {
    sqlite: new Set(),
    postgresql: new Set(
        (
            'Text Char VarChar Bit VarBit Uuid Xml Inet Citext Boolean Int Integer SmallInt Oid BigInt DoublePrecision ' +
            'Real Decimal Money Timestamp Timestamptz Date Time Timetz Json JsonB ByteA'
        ).split(' '),
    ),
    mysql: new Set(
        (
            'Text Char VarChar TinyText MediumText LongText Bit TinyInt Int SmallInt MediumInt Year UnsignedInt ' +
            'UnsignedSmallInt UnsignedMediumInt UnsignedTinyInt BigInt UnsignedBigInt Float Double Decimal Timestamp ' +
            'DateTime Date Time Json LongBlob Blob MediumBlob TinyBlob Binary VarBinary'
        ).split(' '),
    ),
};

/** Whether an attribute may be used with a provider: false only for native types that the provider lacks. */
export function supportsNativeType(provider: string | undefined, attribute: string): boolean {
    if (!attribute.startsWith('@db.')) return true;
    const supported = provider === undefined ? undefined : NATIVE_TYPES[provider];
    return supported?.has(attribute.slice('@db.'.length)) ?? true;
}
