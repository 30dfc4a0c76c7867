const tones = ['#7A4E2D', '#2F5D8A', '#6B3F7A', '#3E6B3A', '#8A3B4A', '#4A5568'];

/** A round face with the first character of the name; the colour follows the id. */
export function Face({ name, id }: { name: string; id: string }) {
  const sum = [...id].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
  return (
    <span className="face" aria-hidden="true" style={{ backgroundColor: tones[sum % tones.length] }}>
      {[...name][0] ?? '·'}
    </span>
  );
}
