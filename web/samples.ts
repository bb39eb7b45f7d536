/** A picture to try. */
export interface Sample {
  readonly address: string;
  /** What it shows, as a sentence names it. */
  readonly what: string;
}

/** The digits that the page has. */
export const DIGITS: readonly Sample[] = Array.from({ length: 10 }, (_, digit) => ({
  address: `pictures/digit-${digit}.png`,
  what: `a ${digit}`,
}));

/** A button for each sample, in place of those before. */
export function showSamples(
  root: HTMLElement,
  samples: readonly Sample[],
  open: (sample: Sample) => void,
): void {
  root.replaceChildren(
    ...samples.map((sample) => {
      const button = document.createElement('button');
      button.type = 'button';
      const image = document.createElement('img');
      image.src = sample.address;
      image.alt = `Try ${sample.what}`;
      image.width = 28;
      image.height = 28;
      button.append(image);
      button.addEventListener('click', () => open(sample));
      return button;
    }),
  );
}
