/* host.c without a library, for qemu's user mode on ARM and RISC-V: pictures from standard input, logits to standard output. */
#include "model.h"

static long call(long number, long a, long b, long c)
{
#if defined(__arm__)
    register long r0 __asm__("r0") = a;
    register long r1 __asm__("r1") = b;
    register long r2 __asm__("r2") = c;
    __asm__ volatile("push {r7}\n\tmov r7, %[number]\n\tsvc 0\n\tpop {r7}"
                     : "+r"(r0)
                     : [number] "r"(number), "r"(r1), "r"(r2)
                     : "memory");
    return r0;
#else
    /* rv32e has no a7: the number is in t0. */
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long t0 __asm__("t0") = number;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(t0) : "memory");
    return a0;
#endif
}

#if defined(__arm__)
#define READ 3
#define WRITE 4
#define EXIT 1
#else
#define READ 63
#define WRITE 64
#define EXIT 93
#endif

void _start(void)
{
    static uint8_t samples[MODEL_WIDTH * MODEL_CHANNELS];

    for (;;) {
        model_begin();
        for (int row = 0; row < MODEL_HEIGHT; row++) {
            if (call(READ, 0, (long)samples, (long)sizeof samples) != (long)sizeof samples) {
                (void)call(EXIT, 0, 0, 0);
            }
            model_row(samples);
        }
        (void)model_end();
        (void)call(WRITE, 1, (long)model_logits(), 4L * MODEL_OUTPUTS);
    }
}
