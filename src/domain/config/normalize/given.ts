/** An empty text is not given. */
export function given(value: string | null | undefined): string | undefined {
  return value === null || value === undefined || value === '' ? undefined : value;
}

/** A section that the file does not ask for is not given. */
export function asked<Section extends object>(section: Section | false | null | undefined): Section | undefined {
  return section || undefined;
}
