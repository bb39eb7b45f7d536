/** Second bytes of the markers that wjpeg treats each in its own way (T.81 Table B.1). */
export const MARKER = {
  SOF0: 0xc0,
  SOF1: 0xc1,
  SOF2: 0xc2,
  DHT: 0xc4,
  SOF9: 0xc9,
  SOF10: 0xca,
  DAC: 0xcc,
  RST0: 0xd0,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DNL: 0xdc,
  DRI: 0xdd,
  DHP: 0xde,
  EXP: 0xdf,
  APP14: 0xee,
  COM: 0xfe,
} as const;

/** SOF0…SOF15: 0xC0…0xCF without DHT, JPG and DAC, which stand among them. */
export function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** RST0…RST7. */
export function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

/** APP0…APP15. */
export function isApplication(marker: number): boolean {
  return marker >= 0xe0 && marker <= 0xef;
}

/** The marker's name for people, as in T.81 Table B.1, and its two bytes. */
export function markerName(marker: number): string {
  const bytes = `FF${marker.toString(16).toUpperCase().padStart(2, '0')}`;
  const name =
    Object.entries(MARKER).find(([, code]) => code === marker)?.[0] ??
    (isStartOfFrame(marker)
      ? `SOF${marker - 0xc0}`
      : isRestart(marker)
        ? `RST${marker - 0xd0}`
        : isApplication(marker)
          ? `APP${marker - 0xe0}`
          : undefined);
  return name === undefined ? `marker ${bytes}` : `${name} (${bytes})`;
}
