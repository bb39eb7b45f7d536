/* Classifies pictures that the simulator puts into `samples`, one row at a time. What is written to GPIOR0 tells the simulator
   where the program is (runner.c). */
#include <avr/io.h>
#include "model.h"

#define BEGINS 1
#define WANTS_ROW 2
#define ENDS 3

uint8_t samples[MODEL_WIDTH * MODEL_CHANNELS];
volatile uint16_t answer;

int main(void)
{
    for (;;) {
        GPIOR0 = BEGINS;
        model_begin();
        for (uint16_t row = 0U; row < MODEL_HEIGHT; row++) {
            GPIOR0 = WANTS_ROW;
            model_row(samples);
        }
        answer = model_end();
        GPIOR0 = ENDS;
    }
}
