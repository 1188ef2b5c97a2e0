/* Prints the binary interface that a header fixes: size and offsets of every public struct, and the
 * values of every public enumeration. scripts/check-layouts compares it with layouts.txt. */
#include <stddef.h>
#include <stdio.h>

#include <fluxion/array.h>
#include <fluxion/batch.h>
#include <fluxion/check.h>
#include <fluxion/compose.h>
#include <fluxion/dual.h>
#include <fluxion/external.h>
#include <fluxion/function.h>
#include <fluxion/grad.h>
#include <fluxion/hyperdual.h>
#include <fluxion/memory.h>
#include <fluxion/mixed.h>
#include <fluxion/multidual.h>
#include <fluxion/probe.h>
#include <fluxion/program.h>
#include <fluxion/series.h>
#include <fluxion/show.h>
#include <fluxion/sparse.h>
#include <fluxion/status.h>
#include <fluxion/tape.h>
#include <fluxion/taylor.h>

#define STRUCT(type) printf("%s size %zu align %zu\n", #type, sizeof(type), _Alignof(type))
#define MEMBER(type, member)                                                                       \
    printf("    %s.%s at %zu size %zu\n", #type, #member, offsetof(type, member),                  \
           sizeof(((type *)0)->member))
#define VALUE(name) printf("%s = %d\n", #name, (int)(name))

static void print_core(void)
{
    STRUCT(flx_allocator);
    MEMBER(flx_allocator, resize);
    MEMBER(flx_allocator, ctx);
    STRUCT(flx_report);
    MEMBER(flx_report, status);
    MEMBER(flx_report, flags);
    MEMBER(flx_report, index);
    MEMBER(flx_report, op);
    MEMBER(flx_report, label);
    MEMBER(flx_report, reads);
    STRUCT(flx_place);
    MEMBER(flx_place, index);
    MEMBER(flx_place, op);
    MEMBER(flx_place, label);
    STRUCT(flx_flags);
    MEMBER(flx_flags, set);
    MEMBER(flx_flags, first);
}

static void print_forward(void)
{
    STRUCT(flx_dual);
    MEMBER(flx_dual, v);
    MEMBER(flx_dual, d);
    STRUCT(flx_ddual);
    MEMBER(flx_ddual, v);
    MEMBER(flx_ddual, d);
    STRUCT(flx_hyperdual);
    MEMBER(flx_hyperdual, v);
    MEMBER(flx_hyperdual, e1);
    MEMBER(flx_hyperdual, e2);
    MEMBER(flx_hyperdual, e12);
    STRUCT(flx_hyperdual3);
    MEMBER(flx_hyperdual3, v);
    MEMBER(flx_hyperdual3, d);
    STRUCT(flx_dual4);
    MEMBER(flx_dual4, d);
    MEMBER(flx_dual4, v);
    STRUCT(flx_dual8);
    MEMBER(flx_dual8, d);
    MEMBER(flx_dual8, v);
    STRUCT(flx_probe);
    MEMBER(flx_probe, v);
    MEMBER(flx_probe, flags);
    MEMBER(flx_probe, active);
    STRUCT(flx_taylor2);
    MEMBER(flx_taylor2, c);
    STRUCT(flx_taylor3);
    MEMBER(flx_taylor3, c);
    STRUCT(flx_taylor4);
    MEMBER(flx_taylor4, c);
    STRUCT(flx_taylor8);
    MEMBER(flx_taylor8, c);
    STRUCT(flx_taylor16);
    MEMBER(flx_taylor16, c);
    STRUCT(flx_series);
    MEMBER(flx_series, c);
    MEMBER(flx_series, order);
    MEMBER(flx_series, room);
    MEMBER(flx_series, memory);
    MEMBER(flx_series, allocator);
}

static void print_reverse(void)
{
    STRUCT(flx_var);
    MEMBER(flx_var, tape);
    MEMBER(flx_var, u.at.slot);
    MEMBER(flx_var, u.at.epoch);
    MEMBER(flx_var, u.constant);
    STRUCT(flx_instr);
    MEMBER(flx_instr, op);
    MEMBER(flx_instr, flags);
    MEMBER(flx_instr, a);
    MEMBER(flx_instr, b);
    STRUCT(flx_tape_head);
    MEMBER(flx_tape_head, value);
    MEMBER(flx_tape_head, instr);
    MEMBER(flx_tape_head, imm);
    MEMBER(flx_tape_head, slots);
    MEMBER(flx_tape_head, room);
    MEMBER(flx_tape_head, lead);
    MEMBER(flx_tape_head, imms);
    MEMBER(flx_tape_head, imm_room);
    MEMBER(flx_tape_head, epoch);
    MEMBER(flx_tape_head, error);
    STRUCT(flx_tape_options);
    MEMBER(flx_tape_options, allocator);
    MEMBER(flx_tape_options, max_bytes);
    MEMBER(flx_tape_options, max_slots);
    MEMBER(flx_tape_options, vector_functions);
    STRUCT(flx_mark);
    MEMBER(flx_mark, slots);
    MEMBER(flx_mark, instrs);
    MEMBER(flx_mark, imms);
    MEMBER(flx_mark, words);
    MEMBER(flx_mark, arrays);
    MEMBER(flx_mark, guards);
    MEMBER(flx_mark, segments);
    MEMBER(flx_mark, labels);
    MEMBER(flx_mark, epoch);
    STRUCT(flx_tape_usage);
    MEMBER(flx_tape_usage, slots);
    MEMBER(flx_tape_usage, instructions);
    MEMBER(flx_tape_usage, guards);
    MEMBER(flx_tape_usage, reads);
    MEMBER(flx_tape_usage, used);
    MEMBER(flx_tape_usage, held);
    STRUCT(flx_tape_memory);
    MEMBER(flx_tape_memory, values);
    MEMBER(flx_tape_memory, instructions);
    MEMBER(flx_tape_memory, pools);
    MEMBER(flx_tape_memory, labels);
    MEMBER(flx_tape_memory, gradients);
    MEMBER(flx_tape_memory, work);
    MEMBER(flx_tape_memory, all);
    STRUCT(flx_pattern);
    MEMBER(flx_pattern, rows);
    MEMBER(flx_pattern, columns);
    MEMBER(flx_pattern, entries);
    MEMBER(flx_pattern, start);
    MEMBER(flx_pattern, row);
    MEMBER(flx_pattern, column);
    MEMBER(flx_pattern, sweeps);
    MEMBER(flx_pattern, backward);
    STRUCT(flx_program_counts);
    MEMBER(flx_program_counts, instructions);
    MEMBER(flx_program_counts, slots);
    MEMBER(flx_program_counts, runs);
    MEMBER(flx_program_counts, bytes);
    STRUCT(flx_program_description);
    MEMBER(flx_program_description, inputs);
    MEMBER(flx_program_description, parameters);
    MEMBER(flx_program_description, outputs);
    MEMBER(flx_program_description, constants);
    MEMBER(flx_program_description, guards);
    MEMBER(flx_program_description, once);
    MEMBER(flx_program_description, after);
    STRUCT(flx_diagnosis);
    MEMBER(flx_diagnosis, value);
    MEMBER(flx_diagnosis, tangent);
    MEMBER(flx_diagnosis, adjoint);
    MEMBER(flx_diagnosis, value_op);
    MEMBER(flx_diagnosis, tangent_op);
    MEMBER(flx_diagnosis, adjoint_op);
    MEMBER(flx_diagnosis, value_label);
    MEMBER(flx_diagnosis, tangent_label);
    MEMBER(flx_diagnosis, adjoint_label);
    MEMBER(flx_diagnosis, flags);
    STRUCT(flx_array);
    MEMBER(flx_array, first);
    MEMBER(flx_array, rows);
    MEMBER(flx_array, cols);
    MEMBER(flx_array, row_stride);
    MEMBER(flx_array, col_stride);
    STRUCT(flx_scanned);
    MEMBER(flx_scanned, state);
    MEMBER(flx_scanned, rows);
    STRUCT(flx_external);
    MEMBER(flx_external, name);
    MEMBER(flx_external, value);
    MEMBER(flx_external, jacobian);
    MEMBER(flx_external, record_jacobian);
    MEMBER(flx_external, order);
    MEMBER(flx_external, ctx);
    STRUCT(flx_implicit);
    MEMBER(flx_implicit, name);
    MEMBER(flx_implicit, solve);
    MEMBER(flx_implicit, residual);
    MEMBER(flx_implicit, ctx);
    STRUCT(flx_array_factors);
    MEMBER(flx_array_factors, lu);
    MEMBER(flx_array_factors, order);
    MEMBER(flx_array_factors, sign);
}

static void print_function(void)
{
    STRUCT(flx_function);
    MEMBER(flx_function, name);
    MEMBER(flx_function, f_double);
    MEMBER(flx_function, f_dual);
    MEMBER(flx_function, f_ddual);
    MEMBER(flx_function, f_dual4);
    MEMBER(flx_function, f_dual8);
    MEMBER(flx_function, f_hyperdual);
    MEMBER(flx_function, f_hyperdual3);
    MEMBER(flx_function, f_taylor2);
    MEMBER(flx_function, f_taylor3);
    MEMBER(flx_function, f_taylor4);
    MEMBER(flx_function, f_taylor8);
    MEMBER(flx_function, f_taylor16);
    MEMBER(flx_function, f_var);
    MEMBER(flx_function, f_probe);
}

static void print_check(void)
{
    STRUCT(flx_check_options);
    MEMBER(flx_check_options, roads);
    MEMBER(flx_check_options, seed);
    MEMBER(flx_check_options, weight);
    MEMBER(flx_check_options, homogeneous);
    MEMBER(flx_check_options, degree);
    MEMBER(flx_check_options, limit_first);
    MEMBER(flx_check_options, limit_second);
    MEMBER(flx_check_options, allocator);
    MEMBER(flx_check_options, gradient);
    MEMBER(flx_check_options, product);
    MEMBER(flx_check_options, ctx);
    STRUCT(flx_check_road);
    MEMBER(flx_check_road, ran);
    MEMBER(flx_check_road, kernels);
    MEMBER(flx_check_road, worst);
    MEMBER(flx_check_road, where);
    STRUCT(flx_check_guilty);
    MEMBER(flx_check_guilty, roads);
    MEMBER(flx_check_guilty, order);
    MEMBER(flx_check_guilty, undecided);
    MEMBER(flx_check_guilty, instruction);
    MEMBER(flx_check_guilty, op);
    MEMBER(flx_check_guilty, within);
    MEMBER(flx_check_guilty, label);
    MEMBER(flx_check_guilty, identity);
    MEMBER(flx_check_guilty, input);
    MEMBER(flx_check_guilty, output);
    MEMBER(flx_check_guilty, odd);
    MEMBER(flx_check_guilty, others);
    STRUCT(flx_check_result);
    MEMBER(flx_check_result, status);
    MEMBER(flx_check_result, inputs);
    MEMBER(flx_check_result, outputs);
    MEMBER(flx_check_result, instructions);
    MEMBER(flx_check_result, depth);
    MEMBER(flx_check_result, bound_first);
    MEMBER(flx_check_result, bound_second);
    MEMBER(flx_check_result, limit_first);
    MEMBER(flx_check_result, limit_second);
    MEMBER(flx_check_result, worst_first);
    MEMBER(flx_check_result, worst_second);
    MEMBER(flx_check_result, compared);
    MEMBER(flx_check_result, not_finite);
    MEMBER(flx_check_result, indeterminate);
    MEMBER(flx_check_result, out_of_range);
    MEMBER(flx_check_result, local);
    MEMBER(flx_check_result, local_odd);
    MEMBER(flx_check_result, local_left_out);
    MEMBER(flx_check_result, local_worst);
    MEMBER(flx_check_result, symmetry);
    MEMBER(flx_check_result, linearity);
    MEMBER(flx_check_result, euler);
    MEMBER(flx_check_result, differences);
    MEMBER(flx_check_result, difference);
    MEMBER(flx_check_result, difference_error);
    MEMBER(flx_check_result, derivative);
    MEMBER(flx_check_result, flags);
    MEMBER(flx_check_result, road);
    MEMBER(flx_check_result, guilty);
    MEMBER(flx_check_result, summary);
}

static void print_batch(void)
{
    STRUCT(flx_batch_options);
    MEMBER(flx_batch_options, isa);
    MEMBER(flx_batch_options, strict);
    MEMBER(flx_batch_options, threads);
    STRUCT(flx_batch_in);
    MEMBER(flx_batch_in, at);
    MEMBER(flx_batch_in, count);
    MEMBER(flx_batch_in, point);
    MEMBER(flx_batch_in, item);
    STRUCT(flx_batch_out);
    MEMBER(flx_batch_out, at);
    MEMBER(flx_batch_out, count);
    MEMBER(flx_batch_out, point);
    MEMBER(flx_batch_out, item);
    VALUE(FLX_ISA_BEST);
    VALUE(FLX_ISA_BASE);
    VALUE(FLX_ISA_AVX2);
    VALUE(FLX_ISA_AVX512);
}

static void print_values(void)
{
#define FLX_FLAG(name, bit, meaning) VALUE(FLX_FLAG_##name);
#include <fluxion/flags.def>
#undef FLX_FLAG
#define FLX_STATUS(name, message) VALUE(FLX_##name);
#include <fluxion/status.def>
#undef FLX_STATUS
#define FLX_ROAD(name, text) VALUE(FLX_ROAD_##name);
#include <fluxion/road.def>
#undef FLX_ROAD
    VALUE(FLX_DIFFERENCES_NONE);
    VALUE(FLX_DIFFERENCES_DONE);
    VALUE(FLX_DIFFERENCES_KINK);
    VALUE(FLX_DIFFERENCES_BRANCH);
    VALUE(FLX_DIFFERENCES_FINITE);
    VALUE(FLX_SIDE_LEFT);
    VALUE(FLX_SIDE_RIGHT);
    VALUE(FLX_OP_POISON);
    VALUE(FLX_OP_ADD);
    VALUE(FLX_OP_SUB);
    VALUE(FLX_OP_MUL);
    VALUE(FLX_OP_DIV);
    VALUE(FLX_OP_ADDC);
    VALUE(FLX_OP_CSUB);
    VALUE(FLX_OP_MULC);
    VALUE(FLX_OP_DIVC);
    VALUE(FLX_OP_CDIV);
    VALUE(FLX_OP_NEG);
    VALUE(FLX_OP_SQUARE);
    VALUE(FLX_OP_INLINE_COUNT);
    VALUE(FLX_WORK_VALUE);
    VALUE(FLX_WORK_FIRST);
    VALUE(FLX_WORK_SECOND);
    VALUE(FLX_WORK_JET);
    VALUE(FLX_CREATE_GRAPH);
    VALUE(FLX_REFUSE_READS);
}

int main(void)
{
    print_core();
    print_forward();
    print_reverse();
    print_function();
    print_check();
    print_batch();
    print_values();
    return 0;
}
