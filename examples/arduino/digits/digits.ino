// Classifies digits of 28x28 samples that come over the serial line, one byte each, row by row: light strokes on black, as
// MNIST's test pictures. Answers with the digit and the microseconds that it took. For an Arduino Uno (ATmega328P) and larger.
//
// The network, in this folder:  wjpeg export data/mnist-mlp-512-trained.wjz -o model.c

extern "C" {
#include "model.h"
}

static uint8_t samples[MODEL_WIDTH * MODEL_CHANNELS];

void setup()
{
    Serial.begin(115200);
    Serial.setTimeout(60000);
}

void loop()
{
    uint32_t busy = 0;

    model_begin();
    for (uint8_t row = 0; row < MODEL_HEIGHT; row++) {
        if (Serial.readBytes(samples, sizeof samples) != sizeof samples) {
            return; // the picture ended early: begin again
        }
        uint32_t const begun = micros();
        model_row(samples);
        busy += micros() - begun;
    }
    uint32_t const begun = micros();
    uint16_t const digit = model_end();
    busy += micros() - begun;

    Serial.print(digit);
    Serial.print(' ');
    Serial.println(busy);
}
