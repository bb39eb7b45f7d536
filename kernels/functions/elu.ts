/** ELU and its relatives are one function: slope·x where x > 0, else amount·(exp(rate·x) − 1). */
export interface EluShape {
  readonly slope: number;
  readonly amount: number;
  readonly rate: number;
}

interface Attributes {
  readonly alpha: number;
}

export const ELU_SHAPES = {
  elu: ({ alpha }: Attributes): EluShape => ({ slope: 1, amount: alpha, rate: 1 }),
  celu: ({ alpha }: Attributes): EluShape => ({ slope: 1, amount: alpha, rate: 1 / alpha }),
  selu: ({ alpha, gamma }: Attributes & { readonly gamma: number }): EluShape => ({
    slope: gamma,
    amount: gamma * alpha,
    rate: 1,
  }),
} as const;
