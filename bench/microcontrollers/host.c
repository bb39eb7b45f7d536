/* Classifies pictures from standard input on the host: WIDTH * HEIGHT * CHANNELS bytes each, or with BLOCKS defined the
   coefficients of MODEL_BLOCKS blocks, int16, and one quantisation table before all of them, uint16. Writes the logits of each,
   int32, to standard output. */
#include <stdio.h>
#include "model.h"

#ifdef BLOCKS
static int classify(void)
{
    static uint16_t quantization[64];
    static int begun;
    int16_t coefficients[64];

    if (!begun && fread(quantization, 2, 64, stdin) != 64) {
        return 0;
    }
    begun = 1;
    model_begin();
    for (int block = 0; block < MODEL_BLOCKS; block++) {
        if (fread(coefficients, 2, 64, stdin) != 64) {
            return 0;
        }
        model_block(coefficients, quantization);
    }
    return 1;
}
#else
static int classify(void)
{
    uint8_t samples[MODEL_WIDTH * MODEL_CHANNELS];

    model_begin();
    for (int row = 0; row < MODEL_HEIGHT; row++) {
        if (fread(samples, 1, sizeof samples, stdin) != sizeof samples) {
            return 0;
        }
        model_row(samples);
    }
    return 1;
}
#endif

int main(void)
{
    while (classify()) {
        (void)model_end();
        fwrite(model_logits(), sizeof(int32_t), MODEL_OUTPUTS, stdout);
    }
    return 0;
}
