# cmake -Dprogram= -Dcompare= -Ddata= -Dcase= -Dfunction= -Dactual= -P run_test.cmake
execute_process(
    COMMAND "${program}" "${data}/${case}.input.json" "${function}"
    RESULT_VARIABLE result OUTPUT_FILE "${actual}")
if(NOT result EQUAL 0)
    message(FATAL_ERROR "${program} ended with ${result}")
endif()
execute_process(
    COMMAND "${compare}" "${actual}" "${data}/${case}.input.json" "${data}/${case}.expected.json"
            "${function}"
    RESULT_VARIABLE result)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "${case}, ${function}: not what was expected")
endif()
