import { ContactSheetView } from './contact-sheet.ts';
import { FrontierSlider } from './frontier.ts';
import { HowItWorks } from './how.ts';
import type { PadInput } from './input.ts';
import { Measuring } from './measuring.ts';
import type { Model } from './models.ts';
import { SlowLinkSwitch } from './slow-loading.ts';
import { type Other, type Variant, VariantCards, type VariantId } from './variants.ts';

const Q20_BY_PARTS = 'models/mnist-mlp-512-q20-by-parts.wjz';

/** What these parts of the page need of it. */
export interface PageActions {
  readonly variants: readonly Variant[];
  readonly input: PadInput;
  choose(id: VariantId): void;
  /** A card was pressed. */
  press(id: VariantId): void;
  put(id: VariantId, model: Model): void;
  putOther(model: Model, other: Other): void;
  restoreQuality20(): Promise<void>;
  isActive(id: VariantId): boolean;
}

/** The parts of the page that its first answer does not need; they are loaded after it. */
export interface Rest {
  readonly cards: VariantCards;
  readonly sheet: ContactSheetView;
  readonly how: HowItWorks;
  readonly measuring: Measuring;
  readonly frontier: FrontierSlider;
}

export function setUp({
  variants,
  input,
  choose,
  press,
  put,
  putOther,
  restoreQuality20,
  isActive,
}: PageActions): Rest {
  const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
  const cards = new VariantCards(byId('variants'), variants, press);
  const sheet = new ContactSheetView({
    frame: byId('sheet-frame'),
    image: byId('sheet'),
    overlay: byId('lights'),
    caption: byId('sheet-note'),
    firing: byId('firing'),
    strongest: byId('strongest'),
    neuron: byId('neuron'),
  });
  const frontier = new FrontierSlider(
    {
      slider: byId('frontier'),
      plot: document.querySelector('#plot') as SVGElement,
      rows: byId('listed'),
      stop: byId('stop'),
    },
    putOther,
  );
  new SlowLinkSwitch(
    { switch: byId('slow'), loading: byId('loading'), bar: byId('progress'), note: byId('progress-note') },
    { address: Q20_BY_PARTS, name: 'The quality 20 model' },
    {
      onModel(model, isWanted) {
        put('q20', model);
        if (isWanted && !isActive('q20')) choose('q20');
      },
      onOff: restoreQuality20,
    },
  );
  const how = new HowItWorks(byId('how'), sheet);
  const measuring = new Measuring(
    variants,
    input,
    (variant) => cards.isShown(variant),
    () => cards.update(),
  );
  return { cards, sheet, how, measuring, frontier };
}
