/** An address as a number, so that ranges can be compared; undefined for what is none. */
export function addressNumber(address: string): number | undefined {
  const parts = address.split('.');
  const isAddress =
    parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isAddress ? parts.reduce((sum, part) => sum * 256 + Number(part), 0) : undefined;
}
