"""Lambda functions as processes of this machine, for LocalStack and for MiniStack.

Everything in this folder runs in the AWS emulator's own Python environment (`keeper` and `function_process` in
processes of their own): nothing of the project can be imported here.

    LocalStack ── plugin, executor ┐
    MiniStack ─── distro_ministack ┴ environment       one `Environment` an execution environment
        │ socket
    keeper                                starts and ends processes; outlives no AWS emulator
        │ fork
    aws-lambda-rie                        AWS's runtime interface emulator, one an execution environment
        │ runtime API
    function_process                      awslambdaric, boto3 and the handler
"""
