interface TypedNameProps {
  readonly of: string;
  readonly value: string;
  readonly why: string;
  onInput(value: string): void;
}

/** Asks for the name of the environment, so that nobody confirms by habit what cannot be undone. */
export function TypedName({ of, value, why, onInput }: TypedNameProps) {
  return (
    <label class="field">
      {why} Type the name of the environment, {of}
      <input
        value={value}
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </label>
  );
}
