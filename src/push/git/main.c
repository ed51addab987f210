/* kratree-push-git. */
#include "push/git/askpass.h"
#include "push/git/git.h"

int main(int argc, char **argv)
{
    return kt_askpass_is_asked() ? kt_askpass_answer(argc, argv) : kt_push_main(&kt_git_adapter, argc, argv);
}
