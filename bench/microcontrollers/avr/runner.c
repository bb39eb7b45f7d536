/* Runs firmware.c in simavr: runner MCU FIRMWARE.elf SAMPLES-ADDRESS LOGITS-ADDRESS OUTPUTS ROW-BYTES ROWS PICTURES COUNT
   PICTURES is a file of COUNT pictures. Prints a line per picture, cycles and logits, and at last the bytes of memory that were
   never written between the variables and the stack. Addresses are hexadecimal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <simavr/sim_io.h>

#define GPIOR0 0x3E
#define PATTERN 0xA5

static struct {
    avr_t *avr;
    FILE *pictures;
    uint32_t samples, logits, outputs, row_bytes;
    avr_cycle_count_t begun;
    long left;
} run;

static void told(avr_t *avr, avr_io_addr_t address, uint8_t value, void *unused)
{
    (void)address;
    (void)unused;
    if (value == 1) {
        run.begun = avr->cycle;
    } else if (value == 2) {
        if (fread(avr->data + run.samples, 1, run.row_bytes, run.pictures) != run.row_bytes) {
            fprintf(stderr, "the file of pictures ends early\n");
            exit(1);
        }
    } else if (value == 3) {
        printf("picture %llu", (unsigned long long)(avr->cycle - run.begun));
        for (uint32_t i = 0; i < run.outputs; i++) {
            int32_t logit;
            memcpy(&logit, avr->data + run.logits + 4 * i, 4);
            printf(" %ld", (long)logit);
        }
        printf("\n");
        run.left--;
    }
}

int main(int argc, char **argv)
{
    elf_firmware_t firmware = {0};
    uint32_t variables = 0, untouched = 0;

    if (argc != 9 || elf_read_firmware(argv[2], &firmware) != 0) {
        fprintf(stderr, "usage: runner MCU FIRMWARE.elf SAMPLES LOGITS OUTPUTS ROW-BYTES PICTURES COUNT\n");
        return 1;
    }
    run.avr = avr_make_mcu_by_name(argv[1]);
    if (run.avr == NULL) {
        fprintf(stderr, "simavr does not know %s\n", argv[1]);
        return 1;
    }
    avr_init(run.avr);
    avr_load_firmware(run.avr, &firmware);
    run.samples = (uint32_t)strtoul(argv[3], NULL, 16) & 0xFFFF;
    run.logits = (uint32_t)strtoul(argv[4], NULL, 16) & 0xFFFF;
    run.outputs = (uint32_t)atoi(argv[5]);
    run.row_bytes = (uint32_t)atoi(argv[6]);
    run.pictures = fopen(argv[7], "rb");
    run.left = atol(argv[8]);
    if (run.pictures == NULL) {
        fprintf(stderr, "cannot open %s\n", argv[7]);
        return 1;
    }
    variables = 0x100 + firmware.datasize + firmware.bsssize;
    memset(run.avr->data + variables, PATTERN, run.avr->ramend + 1U - variables);
    avr_register_io_write(run.avr, GPIOR0, told, NULL);
    while (run.left > 0) {
        int const state = avr_run(run.avr);
        if (state == cpu_Crashed || state == cpu_Done) {
            fprintf(stderr, "the program crashed\n");
            return 1;
        }
    }
    while (variables + untouched <= run.avr->ramend && run.avr->data[variables + untouched] == PATTERN) {
        untouched++;
    }
    printf("untouched %u of %u\n", untouched, run.avr->ramend + 1U - 0x100);
    return 0;
}
